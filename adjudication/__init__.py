"""Dispute adjudication: refund cases over escrowed orders, from request to settled money."""
