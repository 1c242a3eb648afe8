"""Socket.IO: functions that answer the events of clients."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

EVENTS = {
    "flask": (
        """
        from flask_socketio import Namespace, SocketIO
        socketio = SocketIO()
        JOIN = "join"
        @socketio.on(JOIN, namespace="/chat")
        def on_join(data): pass
        @socketio.event
        def leave(data): pass
        def stop(data): pass
        socketio.on_event("stop", stop)
        class Room(Namespace):
            def on_message(self, data): pass
            def helper(self): pass
        socketio.on_namespace(Room("/rooms"))
        """,
        {
            "EVENT /chat join -> shop.on_join",
            "EVENT leave -> shop.leave",
            "EVENT stop -> shop.stop",
            "EVENT /rooms message -> shop.Room.on_message",
        },
    ),
    "python-socketio, kept by an object": (
        """
        import socketio
        class Sockets:
            def __init__(self): self.server = socketio.AsyncServer()
        sockets = Sockets()
        @sockets.server.on("join")
        async def join(sid, data): pass
        def create(sio):
            @sio.on("stop")
            async def stop(sid): pass
        """,
        {"EVENT join -> shop.join", "EVENT stop -> shop.create.stop"},
    ),
    "what is none": (
        """
        import socketio
        class Button:
            def on(self, name): return lambda f: f
        @Button().on("click")
        def clicked(): pass
        """,
        set(),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_events(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Each event is an entry point."""
    text, expected = EVENTS[name]
    assert edges_of({"shop.py": text}, "handles") == expected


def test_an_event_that_nothing_tells_is_said(graph_of: Callable[..., Graph]) -> None:
    """An event whose name is computed is a blind spot."""
    text = "import socketio\nsio = socketio.Server()\nfor name in eval('names'):\n"
    text += "    @sio.on(name)\n    def answer(sid): pass\n"
    spots = [spot for spot in graph_of({"a.py": text}).blind_spots if spot.kind == "dynamic-route"]
    assert [(spot.place.line, spot.text) for spot in spots] == [(4, "sio.on(name)")]
