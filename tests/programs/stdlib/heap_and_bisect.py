# needs: stdlib
# heapq and bisect.
import bisect
import heapq

h = [5, 3, 8, 1, 9, 2]
heapq.heapify(h)
heapq.heappush(h, 0)
print(h, [heapq.heappop(h) for _ in range(len(h))])
print(heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, ["bb", "a", "ccc"], key=len), list(heapq.merge([1, 4], [2, 3], [0])), heapq.heapreplace([1, 2], 5), heapq.heappushpop([3], 1), list(heapq.merge("ab", "c", reverse=False)))
try:
    heapq.heappop([])
except IndexError as e:
    print(e)
a = [1, 3, 3, 5]
print(bisect.bisect(a, 3), bisect.bisect_left(a, 3), bisect.bisect_right(a, 0), bisect.bisect(a, 3, 0, 2))
bisect.insort(a, 4)
bisect.insort_left(a, 3)
print(a, ["FDCBA"[bisect.bisect([60, 70, 80, 90], s)] for s in (33, 99, 77, 70, 89, 90, 100)])
try:
    bisect.bisect([1], 1, -1)
except ValueError as e:
    print(e)


def dijkstra(graph, start):
    done, queue = {}, [(0, start)]
    while queue:
        d, node = heapq.heappop(queue)
        if node not in done:
            done[node] = d
            for other, w in graph[node].items():
                heapq.heappush(queue, (d + w, other))
    return sorted(done.items())


print(dijkstra({"a": {"b": 7, "c": 3}, "b": {"d": 1}, "c": {"b": 1, "d": 8}, "d": {}}, "a"))
