"""A catalog and a bucket in dictionaries."""

from hourglass.publication import CatalogTable


class FakeCatalog:
    """Partitions and locations in dictionaries."""

    def __init__(self, partitions, locations=None):
        self.found = {table: dict(values) for table, values in partitions.items()}
        self.locations = dict(locations or {})
        self.published, self.dropped = {}, []

    def partitions(self, table):
        return dict(self.found.get(table, {}))

    def point_table(self, table, location):
        self.locations[table] = location

    def create_partitions(self, table, locations):
        self.found.setdefault(table, {}).update(locations)

    def update_partitions(self, table, locations):
        assert locations.keys() <= self.found.get(table, {}).keys(), "Glue updates what exists"
        self.create_partitions(table, locations)

    def delete_partitions(self, table, values):
        for value in values:
            self.found[table].pop(value, None)

    def tables(self):
        weekly = {name: CatalogTable(name, (), "week_start", "") for name in self.found}
        whole = {name: CatalogTable(name, (), None, location) for name, location in self.locations.items()}
        return {**weekly, **whole}

    def drop_table(self, name):
        self.dropped.append(name)

    def published_tables(self):
        return dict(self.published)

    def mark_published(self, table, definition):
        self.published[table] = definition


class FakeDocuments(dict):
    def keys(self, prefix):
        return [key for key in dict.keys(self) if key.startswith(prefix)]

    def get_json(self, key):
        return self[key]

    def put_json(self, key, document):
        self[key] = document

    def delete(self, keys):
        for key in keys:
            self.pop(key, None)
