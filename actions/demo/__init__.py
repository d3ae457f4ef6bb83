"""The demo utility: invented customers in four regions with use, bills, outages, tickets; the same for a date."""
