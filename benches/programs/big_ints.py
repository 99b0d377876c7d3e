# sizes: 1000 to time, 150 to count
"""Ints of hundreds of digits: factorials, powers with a modulus, digits of pi, gcd, shifts, text."""
import sys


def factorial(n):
    r = 1
    for i in range(2, n + 1):
        r *= i
    return r


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def pi_digits(n):
    out = []
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = (q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2)
    return "".join(map(str, out))


def probably_prime(n):
    return all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7))


def main(n):
    f = factorial(n)
    primes = sum(probably_prime(10 ** 20 + i) for i in range(n // 5))
    a, b = 3 ** n * 7 ** 20, 3 ** (n // 2) * 11 ** 30
    bits = 0
    x = (1 << n * 4) - 1
    while x:
        x >>= 13
        bits += x & 1
    text = str(f)
    return text[:10], len(text), int(text) == f, primes, gcd(a, b) % 1000007, bits, pi_digits(n)[-10:]


print(main(int(sys.argv[1])))
