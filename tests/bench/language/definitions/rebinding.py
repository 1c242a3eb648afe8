"""A chained assignment binds all its targets to one value; `del` unbinds (7.2, 7.5)."""


def hello(name):
    return f"hello {name}"


def goodbye(name):
    return f"goodbye {name}"


class Job:
    def run(self):
        return "real"


def dry_run():
    return "dry"


first = second = hello
job = same = Job()


def talk():
    return second("Ann"), job.run()


print(first("Bob"), talk())
same.run = dry_run
print(talk())
del first, same.run
first = goodbye
print(first("Bob"), job.run())
