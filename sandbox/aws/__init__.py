"""AWS itself, embedded: moto's server as a process of its own on loopback."""
