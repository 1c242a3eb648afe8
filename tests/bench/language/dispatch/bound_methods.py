"""A bound method keeps its instance wherever it is passed (3.2)."""


class Light:
    def on(self):
        return self.set(1)

    def off(self):
        return self.set(0)

    def set(self, level):
        return level


class Remote:
    def __init__(self, light):
        self.buttons = {"green": light.on, "red": light.off, "help": self.help}

    def press(self, color):
        return self.buttons[color]()

    def help(self):
        return "press"


def twice(action):
    return action(), action()


light = Light()
remote = Remote(light)
switch = light.off
print(remote.press("green"), remote.press("red"), remote.press("help"))
print(twice(switch), Light.on(light))
