"""Django's URL configurations: lists of patterns as they are written, and what they come to when joined.

`reading` leaves one tree for each variable or function that holds patterns; `mounts` joins the trees of all
files; `views` says what answers. Trees are lists whose first element names their form:

    ["list", trees]                                     patterns one after the other
    ["path", text, code, regex, target, name, line, column]
                                                        one pattern: its text or parts (`python/patterns.py`),
                                                        how it is written, what it leads to (a view or a tree)
    ["view", code, expression, inner, mapping, named]   a view; `inner` is what its decorators wrap, `named`
                                                        what `getattr` gets it of, and by which text
    ["space", name or ["code", expression], tree]       patterns whose names stand in a namespace
    ["prefix", text, tree]                              patterns below what a run tells (`i18n_patterns`);
                                                        "": perhaps below something, changed, or left out
    ["suffixed", expression, tree]                      patterns that also answer with a suffix (`.json`)
    ["unless", line, column, tree]                      patterns that are there unless code at a place runs
    ["apps", attributes, modules, tree, line, column]   patterns of each application that has these; `modules`
                                                        are what variables of the tree hold (`plugins.py`)
    ["module", dotted name, line, column]               the `urlpatterns` of a module
    ["ref", code, expression, line, column]             what a name or an attribute holds
    ["call", code, expression, trees, line, column, handed, constants]
                                                        what a call gives, with the patterns that it is
                                                        given, then the texts and views
    ["nothing"]
"""
