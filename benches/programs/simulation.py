# sizes: 16000 to time, 300 to count
"""A queue of events in time: heaps of objects, bound methods as callbacks, deques, counts by name."""
import sys
from _collections import defaultdict, deque
from _heapq import heappop, heappush


class Event:
    def __init__(self, time, callback, *args, **kwargs):
        self.time = time
        self.callback = callback
        self.args = args
        self.kwargs = kwargs

    def __lt__(self, other):
        return self.time < other.time

    def fire(self):
        self.callback(*self.args, **self.kwargs)


class Simulator:
    def __init__(self):
        self.now = 0.0
        self.events = []
        self.counts = defaultdict(int)

    def schedule(self, delay, callback, *args, **kwargs):
        event = Event(self.now + delay, callback, *args, **kwargs)
        heappush(self.events, event)
        return event

    def run(self):
        while self.events:
            event = heappop(self.events)
            self.now = event.time
            event.fire()


class Customer:
    def __init__(self, number, simulator, shop):
        self.number = number
        self.simulator = simulator
        self.shop = shop
        self.arrived = None

    def arrive(self):
        self.arrived = self.simulator.now
        self.shop.enter(self)


class Shop:
    def __init__(self, simulator, free):
        self.simulator = simulator
        self.free = free
        self.queue = deque()
        self.waits = []

    def enter(self, customer):
        self.simulator.counts["arrived"] += 1
        if self.free:
            self.start(customer)
        else:
            self.queue.append(customer)

    def start(self, customer):
        self.free -= 1
        self.waits.append(self.simulator.now - customer.arrived)
        self.simulator.schedule(3.0 + customer.number % 5, self.done, customer, points=1)

    def done(self, customer, points=0):
        self.simulator.counts["served"] += points
        self.free += 1
        if self.queue:
            self.start(self.queue.popleft())


def main(n):
    simulator = Simulator()
    shop = Shop(simulator, 3)
    for i in range(n):
        simulator.schedule(i * 1.5, Customer(i, simulator, shop).arrive)
    simulator.run()
    return round(simulator.now, 2), dict(simulator.counts), round(sum(shop.waits), 2)


print(main(int(sys.argv[1])))
