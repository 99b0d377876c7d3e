"""The program of `embed.rs`: it uses a Rust function and a Rust type, and has a function that Rust calls."""
from host import Account, convert

account = Account("Ada", 100)
account.deposit(convert(10, "EUR"))
try:
    account.withdraw(1000)
except ValueError as e:
    print("refused:", e)
print(account.owner, account.balance, len(account))


def report(accounts, currency="USD"):
    return {a.owner: "%d %s" % (a.balance, currency) for a in accounts}
