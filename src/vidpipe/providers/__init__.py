"""Makers behind the ports, one package a provider."""
