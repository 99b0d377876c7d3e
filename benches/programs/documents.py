# sizes: 1500 to time, 20 to count
"""Text that objects make of themselves: a tree of elements with attributes, searched and rendered."""
import sys


class Element:
    def __init__(self, tag, *children, **attributes):
        self.tag = tag
        self.children = list(children)
        self.attributes = attributes

    def __iter__(self):
        return iter(self.children)

    def append(self, child):
        self.children.append(child)
        return self

    def render(self, depth=0):
        pad = "  " * depth
        attributes = "".join(f' {k}="{v}"' for k, v in sorted(self.attributes.items()))
        if not self.children:
            return f"{pad}<{self.tag}{attributes}/>"
        parts = [f"{pad}<{self.tag}{attributes}>"]
        for child in self.children:
            parts.append(child.render(depth + 1))
        parts.append(f"{pad}</{self.tag}>")
        return "\n".join(parts)

    def find(self, tag):
        for child in self:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.find(tag)


class Text:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text

    def render(self, depth=0):
        return "  " * depth + str(self).replace("&", "&amp;").replace("<", "&lt;")


def words(text):
    counts = {}
    for word in text.lower().split():
        word = word.strip(".,;")
        if word.startswith("t"):
            word = word.title()
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def main(n):
    total = 0
    for k in range(n):
        table = Element("table", id="t%d" % k, kind="x")
        for i in range(4):
            cells = [Element("td", Text("cell %d < %d & %.2f" % (i, j, k / 7)), column=j) for j in range(3)]
            table.append(Element("tr", *cells, row=i))
        text = table.render()
        total += len(text) + len(list(table.find("td"))) + words(text)[0][1]
    return total


print(main(int(sys.argv[1])))
