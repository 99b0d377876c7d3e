# sizes: 13000 to time, 300 to count
"""Ints in loops: primes, Collatz, bits, a hash, digit sums, a matrix of small ints."""
import sys


def primes(n):
    count = 0
    for i in range(2, n):
        k = 2
        while k * k <= i:
            if i % k == 0:
                break
            k += 1
        else:
            count += 1
    return count


def collatz(n):
    longest = 0
    for i in range(1, n):
        steps, x = 0, i
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            steps += 1
        if steps > longest:
            longest = steps
    return longest


def mix(n):
    h = 14695981039346656037
    for i in range(n):
        h = ((h ^ (i & 255)) * 1099511628211) & 0xffffffffffffffff
    return h


def bits(n):
    total = 0
    for i in range(n):
        x = i
        while x:
            x &= x - 1
            total += 1
    return total


def digits(n):
    total = 0
    for i in range(n):
        while i > 0:
            i, d = divmod(i, 10)
            total += d
    return total


def main(n):
    return primes(n * 5), collatz(n), mix(n * 10), bits(n * 5), digits(n * 5)


print(main(int(sys.argv[1])))
