"""Honeycell reads the traces an organisation has and shows the evidenced state of its relationships.

The front door of the library is `honeycell.cell.open_cell`; the front door of a person is the
`honeycell` command. Nothing is imported here, so that `import honeycell` costs nothing.
"""

__version__ = "0.1.0"
