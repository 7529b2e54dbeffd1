"""How many import lines cross a border between the rooms of catalog/: `python -m tests.support.borders`.

Counted by grimp's graph: a line of a module that imports from another first-level package or module counts once. Beside
it each name that is a module (`from catalog.web.http import access_control, tus` is one line, and two modules).
"""

import grimp


def room(module: str) -> str:
    """The first-level package or module of catalog that a module is in."""
    return module.split(".")[1] if "." in module else ""


def count() -> tuple[int, int]:
    """Lines that cross a border, and modules that are named on them."""
    graph = grimp.build_graph("catalog")
    crossing = [
        (module, found, detail["line_number"])
        for module in graph.modules
        for found in graph.find_modules_directly_imported_by(module)
        if room(module) != room(found)
        for detail in graph.get_import_details(importer=module, imported=found)
    ]
    return len({(module, room(found), line) for module, found, line in crossing}), len(crossing)


if __name__ == "__main__":
    lines, modules = count()
    print(f"{lines} import lines cross a border of catalog/; they name {modules} modules.")
