"""A bound method works as a decorator and may keep what it decorates (8.7)."""


class App:
    def __init__(self):
        self.routes = {}
        self.hooks = []

    def route(self, path):
        def keep(function):
            self.routes[path] = function
            return function

        return keep

    def before(self, function):
        self.hooks.append(function)
        return function

    def handle(self, path):
        for hook in self.hooks:
            hook(path)
        return self.routes[path]()


app = App()


@app.before
def log(path):
    return f"request {path}"


@app.route("/")
def home():
    return "home"


print(app.handle("/"))
