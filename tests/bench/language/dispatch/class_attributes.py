"""A function that is an attribute of a class is a method of its instances (3.2)."""


def text_line(report, value):
    return f"{report.mark()} {value}"


def html_line(report, value):
    return f"<li>{report.mark()} {value}"


def upper(value):
    return value.upper()


class Report:
    line = text_line
    change = staticmethod(upper)

    def mark(self):
        return "*"

    def render(self, values):
        return [self.line(self.change(value)) for value in values]


class HtmlReport(Report):
    line = html_line


print(Report().render(["a"]), HtmlReport().render(["b"]))
print(Report.change("c"))
