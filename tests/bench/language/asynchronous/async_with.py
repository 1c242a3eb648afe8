"""`async with` awaits `__aenter__` and `__aexit__` (8.9.3, 3.4.4)."""

import asyncio


class Session:
    async def __aenter__(self):
        await self.connect()
        return self

    async def __aexit__(self, *error):
        await self.disconnect()

    async def connect(self):
        self.open = True

    async def disconnect(self):
        self.open = False

    async def get(self, path):
        return f"got {path}"


async def download(path):
    async with Session() as session:
        return await session.get(path)


async def main():
    print(await download("/"))


if __name__ == "__main__":
    asyncio.run(main())
