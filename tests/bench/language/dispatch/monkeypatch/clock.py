def now():
    return 12


def stamp():
    return f"at {now()}"


class Watch:
    def hands(self):
        return 3

    def label(self):
        return f"{self.hands()} hours"

    def show(self):
        return self.label()
