"""Coroutines are called where they are awaited, gathered or made tasks (8.9.1, asyncio)."""

import asyncio


class Fetcher:
    async def fetch(self, address):
        await asyncio.sleep(0)
        return await self.read(address)

    async def read(self, address):
        return address.upper()


async def both(fetcher):
    return await asyncio.gather(fetcher.fetch("a"), fetcher.fetch("b"))


async def background():
    task = asyncio.create_task(tick())
    return await task


async def tick():
    return moment()


def moment():
    return 1


async def main():
    fetcher = Fetcher()
    texts = await both(fetcher)
    return texts, await background()


print(asyncio.run(main()))
