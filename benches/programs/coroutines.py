# sizes: 8000 to time, 100 to count
"""Coroutines that await each other, run by a small scheduler of its own."""
import sys


class Pause:
    def __await__(self):
        return (yield "pause")


async def leaf(n):
    if n % 4 == 0:
        await Pause()
    return n


async def branch(depth, n):
    if depth == 0:
        return await leaf(n)
    left = await branch(depth - 1, n * 2)
    right = await branch(depth - 1, n * 2 + 1)
    return left + right


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        return False


async def stream(n):
    for i in range(n):
        yield i
        if i % 10 == 0:
            await Pause()


async def job(n):
    total = await branch(5, n)
    async with Manager():
        async for i in stream(20):
            total += i
    return total


def run(jobs):
    queue, results, pauses = list(jobs), [], 0
    while queue:
        waiting = []
        for coroutine in queue:
            try:
                coroutine.send(None)
                pauses += 1
                waiting.append(coroutine)
            except StopIteration as stop:
                results.append(stop.value)
        queue = waiting
    return sum(results), pauses


def main(n):
    return run(job(i) for i in range(n))


print(main(int(sys.argv[1])))
