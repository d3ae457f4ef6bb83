"""New tariff tables by people: drafted, checked, previewed, approved by a second person, published, rolled back.

Reading order: values.py <- table.py <- store.py (versions) and publishing.py (what counts) ; source.py <- copying.py,
figures.py, changes.py <- samples.py <- preview.py, warnings.py.
"""
