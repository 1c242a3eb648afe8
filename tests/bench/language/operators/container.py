"""Subscripts, `in` and `len` call a container's special methods (3.3.7)."""


class Matrix:
    def __init__(self):
        self.cells = {}

    def __getitem__(self, place):
        return self.cells.get(self.key(place), 0)

    def __setitem__(self, place, value):
        self.cells[self.key(place)] = value

    def __delitem__(self, place):
        del self.cells[self.key(place)]

    def __contains__(self, place):
        return self.key(place) in self.cells

    def __len__(self):
        return len(self.cells)

    def key(self, place):
        return tuple(place)


def fill(matrix):
    matrix[0, 0] = 1
    matrix[1, 1] = 2
    del matrix[1, 1]


def look(matrix):
    return matrix[0, 0], (1, 1) in matrix, [5, 5] not in matrix


matrix = Matrix()
fill(matrix)
print(look(matrix), len(matrix))
