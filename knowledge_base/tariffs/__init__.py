"""Electricity prices as dated tables, and the exact calculator over them.

Reading order: table.py (values) <- book.py (finding a table) <- load.py (from YAML) and request.py (from JSON)
<- household.py, commercial.py, power_factor.py <- calculator.py, price_list.py.
"""
