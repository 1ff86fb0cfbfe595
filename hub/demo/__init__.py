"""The other side of the demo: a retailer, an ERP, a 3PL and accounting, each its own process.

They share no code with the hub but `hub.model`, so that what they say about its files is a second opinion.
"""
