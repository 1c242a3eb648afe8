"""`send` resumes a generator with a value; its body has run when the generator ends (6.2.9)."""


def average(values):
    return sum(values) / len(values)


def averager(report):
    values = []
    try:
        while True:
            value = yield report(values) if values else None
            values.append(value)
    finally:
        finish()


def finish():
    print("finished")


def run(numbers):
    means = averager(average)
    next(means)
    found = [means.send(number) for number in numbers]
    means.close()
    return found


print(run([2, 4]))
