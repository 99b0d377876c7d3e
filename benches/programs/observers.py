# sizes: 16000 to time, 300 to count
"""Attribute hooks, callables and keyword arguments: objects that tell others when one of their fields changes."""
import sys


class Signal:
    def __init__(self):
        self.receivers = []

    def connect(self, receiver):
        self.receivers.append(receiver)

    def disconnect(self, receiver):
        self.receivers.remove(receiver)

    def emit(self, *args, **kwargs):
        for receiver in list(self.receivers):
            receiver(*args, **kwargs)


class Observed:
    def __init__(self, **fields):
        self.__dict__["fields"] = dict(fields)
        self.__dict__["changed"] = Signal()

    def __getattr__(self, name):
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name, value):
        old = self.fields.get(name)
        if old != value:
            self.fields[name] = value
            self.changed.emit(self, name, old=old, new=value)


class Log:
    def __init__(self):
        self.count, self.last = 0, None

    def on_change(self, source, name, old=None, new=None):
        self.count += 1
        self.last = name, old, new


class Total:
    def __init__(self):
        self.sum = 0

    def __call__(self, source, name, **change):
        self.sum += change["new"] - (change["old"] or 0)


def main(n):
    observed, log, total = Observed(x=1, y=2, z=3), Log(), Total()
    observed.changed.connect(log.on_change)
    observed.changed.connect(total)
    for k in range(n):
        observed.x = k % 17
        observed.y = observed.x + observed.z
        if hasattr(observed, "missing"):
            observed.z = 0
        if k % 50 == 0:
            observed.changed.disconnect(total)
            observed.changed.connect(total)
    return log.count, log.last, total.sum


print(main(int(sys.argv[1])))
