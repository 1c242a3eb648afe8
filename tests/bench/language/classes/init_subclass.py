"""`__init_subclass__` runs for each class that inherits, with the keywords of its statement (3.3.3.1)."""


class Plugin:
    known = {}

    def __init_subclass__(cls, /, key, **options):
        super().__init_subclass__(**options)
        cls.known[cls.checked(key)] = cls

    @classmethod
    def checked(cls, key):
        return key.lower()

    def run(self):
        return self.work()


class Importer(Plugin, key="IMPORT"):
    def work(self):
        return "imported"


class Exporter(Plugin, key="EXPORT"):
    def work(self):
        return "exported"


def run_all():
    return [plugin().run() for plugin in Plugin.known.values()]


print(run_all())
