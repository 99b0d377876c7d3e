# raise SystemExit with a text prints it to stderr and exits with 1.
print("out")
raise SystemExit("leaving: \u00e9")
