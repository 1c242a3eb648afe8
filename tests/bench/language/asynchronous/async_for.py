"""`async for` calls `__aiter__`, then awaits `__anext__` (8.9.2, 3.4.3)."""

import asyncio


class Ticker:
    def __init__(self, number):
        self.number = number

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.number == 0:
            raise StopAsyncIteration
        self.number -= 1
        return await self.tick()

    async def tick(self):
        return Tick()


class Tick:
    def show(self):
        return "tick"


async def watch(ticker):
    shown = []
    async for tick in ticker:
        shown.append(tick.show())
    return shown


def main():
    return asyncio.run(watch(Ticker(2)))


print(main())
