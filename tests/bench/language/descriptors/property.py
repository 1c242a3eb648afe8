"""Reading, setting and deleting a property call its three functions (3.3.2.2)."""


class Account:
    def __init__(self, owner):
        self.owner = owner
        self._amount = 0

    @property
    def amount(self):
        return self.rounded(self._amount)

    @amount.setter
    def amount(self, value):
        self._amount = self.rounded(value)

    @amount.deleter
    def amount(self):
        self._amount = 0

    @property
    def label(self):
        return f"{self.owner}: {self.amount}"

    def rounded(self, value):
        return round(value, 2)

    def close(self):
        del self.amount


account = Account("Ann")
account.amount = 12.345
account.amount += 1
print(account.label)
account.close()
