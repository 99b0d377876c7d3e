# errno, time, gc, _thread locks, _weakref, _sre-free modules: facts that do not change.
import _thread
import errno
import gc
import time
import _weakref

print(errno.errorcode[errno.ENOENT], errno.EACCES > 0, isinstance(errno.errorcode, dict), "EINTR" in errno.errorcode.values())
a, b = time.monotonic(), time.monotonic()
print(a <= b, time.perf_counter() <= time.perf_counter(), isinstance(time.time(), float), time.process_time() >= 0, time.sleep(0), time.time() > 1e9)
print(time.gmtime(0)[:6], time.gmtime(86400 * 365).tm_yday, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(10 ** 9)), time.gmtime(0).tm_wday, type(time.gmtime(0)).__name__, len(time.gmtime(0)))
for f in (lambda: time.sleep(-1), lambda: time.sleep("x"), lambda: time.gmtime("x")):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
lock = _thread.allocate_lock()
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.001), lock.release(), lock.locked())
with lock as got:
    print(got, lock.locked())
try:
    lock.release()
except RuntimeError as e:
    print(e)
r = _thread.RLock()
with r:
    with r:
        print("reentrant", r.acquire(), r.release())
try:
    r.release()
except RuntimeError as e:
    print(e)
print(isinstance(_thread.get_ident(), int), _thread.get_ident() == _thread.get_ident(), _thread.TIMEOUT_MAX > 0, _thread.error is RuntimeError)
print(gc.isenabled(), len(gc.get_threshold()), len(gc.get_count()), gc.is_tracked([]), gc.is_tracked(5), gc.garbage)
gc.collect()


class Node:
    pass


nodes = []
for i in range(10):
    n = Node()
    n.self = n
    nodes.append(_weakref.ref(n))
del n
print(gc.collect() >= 0, sum(r() is not None for r in nodes))
n = Node()
n.link = [n]
print(any(o is n for o in gc.get_referents(n.link)), _weakref.getweakrefcount(n), _weakref.ref(n) is _weakref.ref(n))
local = _thread._local()
local.x = 1
print(local.x, hasattr(local, "y"))
