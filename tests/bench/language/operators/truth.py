"""Truth testing calls `__bool__`, or else `__len__` (3.3.1, 3.3.7)."""


class Light:
    def __init__(self, on):
        self.on = on

    def __bool__(self):
        return self.on


class Queue:
    def __init__(self, *jobs):
        self.jobs = list(jobs)

    def __len__(self):
        return len(self.jobs)

    def pop(self):
        return self.jobs.pop()


def state(light):
    return "on" if light else "off"


def drain(queue):
    done = []
    while queue:
        done.append(queue.pop())
    return done


def idle(queue):
    return not queue


print(state(Light(True)), drain(Queue(1, 2)), idle(Queue()), bool(Light(False)))
