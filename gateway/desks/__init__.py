"""Pages of the desks of 住民記録 (001) and of those who run the bus; nobody sees here where a protected person goes."""
