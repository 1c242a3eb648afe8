"""Asynchronous generators and comprehensions (6.2.9.1, 6.2.4)."""

import asyncio


class Row:
    def __init__(self, number):
        self.number = number

    def valid(self):
        return self.number > 1

    async def load(self):
        return self.number * 10


async def rows(count):
    for number in range(count):
        yield await build(number)


async def build(number):
    return Row(number)


async def valid_rows():
    return [row async for row in rows(4) if row.valid()]


async def main():
    found = await valid_rows()
    return [await row.load() for row in found], {row.number async for row in rows(1)}


print(asyncio.run(main()))
