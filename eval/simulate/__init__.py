"""A simulated year: customers who change how they speak, and the monthly loop that learns from them."""
