# A small event loop: tasks, sleeping on a virtual clock, futures, cancellation, gathering.
class Future:
    def __init__(self):
        self.done, self.value, self.waiting = False, None, []

    def set(self, value):
        self.done, self.value = True, value
        for task in self.waiting:
            loop.ready.append(task)

    def __await__(self):
        if not self.done:
            yield self
        return self.value


class Cancelled(BaseException):
    pass


class Task(Future):
    def __init__(self, coroutine, name):
        super().__init__()
        self.coroutine, self.name, self.cancelled = coroutine, name, False

    def step(self):
        try:
            if self.cancelled:
                self.cancelled = False
                wanted = self.coroutine.throw(Cancelled())
            else:
                wanted = self.coroutine.send(None)
        except StopIteration as e:
            self.set(e.value)
        except Cancelled:
            self.set("cancelled")
        else:
            wanted.waiting.append(self)

    def cancel(self):
        self.cancelled = True
        loop.ready.append(self)


class Loop:
    def __init__(self):
        self.time, self.ready, self.timers, self.count = 0, [], [], 0

    def spawn(self, coroutine, name):
        task = Task(coroutine, name)
        self.ready.append(task)
        return task

    def sleep(self, delay):
        future = Future()
        self.count += 1
        self.timers.append((self.time + delay, self.count, future))
        return future

    def run(self, coroutine):
        main = self.spawn(coroutine, "main")
        while not main.done:
            while self.ready:
                task = self.ready.pop(0)
                if not task.done:
                    task.step()
            if self.timers:
                self.timers.sort(key=lambda t: t[:2])
                self.time, _, future = self.timers.pop(0)
                future.set(None)
        return main.value


loop = Loop()


async def worker(name, delay, n):
    total = 0
    try:
        for i in range(n):
            await loop.sleep(delay)
            print("t=%d %s %d" % (loop.time, name, i))
            total += i
        return name, total
    except Cancelled:
        print("t=%d %s cancelled" % (loop.time, name))
        raise
    finally:
        print(name, "cleans up")


async def gather(*tasks):
    return [await task for task in tasks]


async def main():
    a = loop.spawn(worker("a", 3, 3), "a")
    b = loop.spawn(worker("b", 2, 2), "b")
    c = loop.spawn(worker("c", 5, 9), "c")
    await loop.sleep(12)
    c.cancel()
    return await gather(a, b, c)


print(loop.run(main()), loop.time)
