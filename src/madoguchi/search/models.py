"""The tables of the search room: which words stand in which object of the rooms above, and what people are called."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """One searchable object. It can be rebuilt at any time from the object, so nothing else points to it."""

    kind = models.CharField(max_length=32)  #: what it is; only the caller knows the meaning
    object_id = models.BigIntegerField()
    group_id = models.BigIntegerField()  #: objects that are shown as one result, e.g. the messages of a conversation
    scope_id = models.BigIntegerField()  #: who may find it; like the kind it stands in the vector as well
    at = models.DateTimeField()  #: results are listed newest first by this
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_entry_per_object")]
        indexes = [
            # New entries wait in a short list and go into the index in bulk: faster than one by one. Every search
            # reads that list from end to end, so it is kept at 1 MB (the default is 4 MB).
            GinIndex(fields=["vector"], name="search_vector", fastupdate=True, gin_pending_list_limit=1024),
            models.Index(fields=["at", "id"], name="search_newest"),
            models.Index(fields=["group_id", "kind"], name="search_group"),
        ]
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"


class NameEntry(models.Model):
    """How one person or firm is called and reached. A small index beside the texts: looking up a name costs little."""

    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_name_per_object")]
        indexes = [GinIndex(fields=["vector"], name="search_names", fastupdate=True, gin_pending_list_limit=256)]
        verbose_name_plural = "name entries"

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"
