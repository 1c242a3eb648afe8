"""An abstract class's methods call those that its subclasses define (abc)."""

from abc import ABC, abstractmethod


class Exporter(ABC):
    def export(self, rows):
        return [self.line(row) for row in rows]

    @abstractmethod
    def line(self, row): ...

    @property
    @abstractmethod
    def suffix(self): ...

    def file(self, name):
        return f"{name}.{self.suffix}"


class Csv(Exporter):
    suffix = "csv"

    def line(self, row):
        return ",".join(row)


class Tsv(Exporter):
    @property
    def suffix(self):
        return "tsv"

    def line(self, row):
        return "\t".join(row)


exporters = [Csv(), Tsv()]
print([(exporter.export(["ab"]), exporter.file("x")) for exporter in exporters])
