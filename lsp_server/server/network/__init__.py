"""Many clients on one port: each gets a server of its own over what all have in common (`server/shared`).

`service` takes the connections, `admission` says who may connect, `channels` bounds what a client is written,
and `vitals` tells how it goes. Nothing else in `server` knows that there is a network.
"""
