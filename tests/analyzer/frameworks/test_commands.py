"""Commands: Django's management commands, click, typer, Flask, console scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carveout.analyzer.model.graph import Graph

PROGRAM = """
    import click
    @click.group()
    def cli(): pass
    @cli.command()
    def run(): pass
"""

CASES = {
    "Django's management commands": (
        {
            "shop/management/commands/ship.py": """
                from django.core.management.base import BaseCommand
                class Command(BaseCommand):
                    def handle(self, *args, **options): pass
            """,
            "shop/management/commands/label.py": """
                from django.core.management.base import LabelCommand
                class Command(LabelCommand):
                    def handle_label(self, label, **options): pass
            """,
            "shop/management/commands/inherited.py": "from .ship import Command\n",
            "shop/management/commands/_helper.py": "class Command: pass\n",
            "shop/management/commands/empty.py": "",
            "shop/management/commands/clicked.py": """
                import djclick as click
                @click.command()
                @click.option("--slug")
                def command(slug): pass
            """,
        },
        {
            "clicked -> shop.management.commands.clicked.command",
            "ship -> shop.management.commands.ship.Command.handle",
            "label -> shop.management.commands.label.Command.handle_label",
            "inherited -> shop.management.commands.ship.Command.handle",
        },
    ),
    "click: groups in groups, names given and made": (
        {
            "cli.py": """
                import click
                from users import users
                @click.group()
                def main(): pass
                @main.command()
                @click.option("--x")
                def init_db(): pass
                @main.command("go", short_help="x")
                def start_cmd(): pass
                main.add_command(users)
                @click.command
                def alone(): pass
            """,
            "users.py": """
                import click
                @click.group()
                def users(): pass
                @users.command()
                def create_command(): pass
                @users.group(name="keys")
                def key_group(): pass
                @key_group.command("list")
                def list_keys(): pass
            """,
        },
        {
            "main -> cli.main",
            "init-db -> cli.init_db",
            "go -> cli.start_cmd",
            "alone -> cli.alone",
            "users -> users.users",
            "users create -> users.create_command",
            "users keys -> users.key_group",
            "users keys list -> users.list_keys",
        },
    ),
    "typer": (
        {
            "cli.py": """
                import typer
                app = typer.Typer()
                users = typer.Typer()
                app.add_typer(users, name="users")
                @app.command()
                def build_all(): pass
                @users.command("add")
                def create(): pass
            """
        },
        {"build-all -> cli.build_all", "users add -> cli.create"},
    ),
    "Flask's": (
        {
            "app.py": """
                from flask import Flask
                from flask.cli import AppGroup
                app = Flask(__name__)
                jobs = AppGroup("jobs")
                @app.cli.command("init-db")
                def init(): pass
                @jobs.command("run")
                def run(): pass
                app.cli.add_command(jobs)
                def register(app):
                    @app.cli.command()
                    def inner(): pass
            """
        },
        {"init-db -> app.init", "jobs run -> app.run", "inner -> app.register.inner"},
    ),
    "console scripts of setup.py": (
        {
            "setup.py": """
                from setuptools import setup
                setup(entry_points={"console_scripts": ["shop=shop.cli:main", "gone = gone:x"], "other": ["a=b:c"]})
            """,
            "shop/__init__.py": "",
            "shop/cli.py": """
                import click
                @click.group()
                def main(): pass
                @main.command()
                def sell(): pass
            """,
        },
        {"shop -> shop.cli.main", "sell -> shop.cli.sell"},
    ),
    "console scripts as text": (
        {
            "setup.py": '''
                from setuptools import setup
                setup(entry_points="""
                    [console_scripts]
                    one = shop:one
                    [other]
                    two = shop:two
                """)
            ''',
            "shop.py": "def one(): pass\ndef two(): pass\n",
        },
        {"one -> shop.one"},
    ),
    "scripts of pyproject.toml and setup.cfg": (
        {
            "pyproject.toml": """
                [project.scripts]
                shop = "shop.cli:main"
                gone = "gone:main"
                [project.gui-scripts]
                till = "shop.cli:till"
                [tool.poetry.scripts]
                old-shop = "shop.cli:main"
            """,
            "setup.cfg": """
                [options.entry_points]
                console_scripts =
                    stock = shop.stock:main
            """,
            "shop/__init__.py": "",
            "shop/cli.py": "def main(): pass\ndef till(): pass\n",
            "shop/stock.py": "def main(): pass\n",
        },
        {
            "shop -> shop.cli.main",
            "till -> shop.cli.till",
            "old-shop -> shop.cli.main",
            "stock -> shop.stock.main",
        },
    ),
    "several programs that have commands of one name": (
        dict.fromkeys(("a.py", "b.py"), PROGRAM),
        {
            "a.cli -> a.cli",
            "a.cli run -> a.run",
            "b.cli -> b.cli",
            "b.cli run -> b.run",
        },
    ),
    "groups that are loaded by their names": (
        {
            "main.py": """
                import click
                @click.group()
                def cli(): pass
                @cli.group(cls=Lazy, import_name="users:cli")
                def user(): pass
            """,
            "users.py": """
                import click
                @click.group()
                def cli(): pass
                @cli.command()
                def create(): pass
            """,
        },
        {"cli -> main.cli", "user -> main.user", "user create -> users.create"},
    ),
    "what is no command": (
        {
            "bot.py": """
                from discord.ext import commands
                bot = commands.Bot()
                @bot.command()
                def ping(): pass
                @unknown.command()
                def pong(): pass
            """
        },
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_commands(name: str, edges_of: Callable[..., set[str]]) -> None:
    """Commands are named as they are typed, without the program, and handled by their functions."""
    files, expected = CASES[name]
    assert edges_of(files, "handles") == expected


def test_call_command(graph_of: Callable[..., Graph]) -> None:
    """A command that is called by its name is a call of what handles it."""
    files = {
        **CASES["Django's management commands"][0],
        "use.py": """
            from django.core.management import call_command
            def ship(): call_command("ship")
            def other(): call_command("migrate")
        """,
    }
    edges = [e for e in graph_of(files).edges("calls") if e.target.endswith("Command.handle")]
    assert [(e.source, e.target, e.confidence) for e in edges] == [
        ("function:use.ship", "function:shop.management.commands.ship.Command.handle", "likely")
    ]


def test_commands_of_an_unknown_group_are_said(graph_of: Callable[..., Graph]) -> None:
    """In a file that uses click, a command of a group that the code does not tell is a blind spot."""
    text = """
        import click
        def plugin(group):
            @group.command()
            def inner(): pass
    """
    spots = [s for s in graph_of({"a.py": text}).blind_spots if s.kind == "unknown-command"]
    assert [(s.place.line, s.text) for s in spots] == [(4, "@group.command() plugin.inner")]


def test_hostile_input(graph_of: Callable[..., Graph]) -> None:
    """Odd shapes give nothing and break nothing; groups may stand in each other."""
    text = """
        import click
        from setuptools import setup
        a = click.Group()
        b = click.Group(*x, **y)
        a.add_command(b)
        b.add_command(a)
        a.add_command()
        a.add_command(a)
        @a.command(*x, **y)
        def one(): pass
        @click.command(name=1)
        def _(): pass
        @click.group(f"{x}")
        def __(): pass
        setup(entry_points=x)
        setup(entry_points={**x, 1: 2, "console_scripts": [1, "=", "a=b", "a = :", *x]})
        setup(**x)
        call_command()
        call_command(*x)
        (lambda: 1)()
        @(x or y).command()
        def two(): pass
    """
    names = {
        e.target
        for e in graph_of({"a.py": text, "management/commands/x.py": "Command = 1\n"}).edges("handles")
    }
    assert "function:a.one" in names
