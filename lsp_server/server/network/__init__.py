"""Many clients on one port: each gets a server of its own over what all have in common (`server/shared`).

`service` takes the connections, `port` says where and for whom, `admission` who may connect, `doors` tell of
each connection as it is taken, `strangers` bounds those that have not said who they are, `channels` bounds
what a client is written, and `vitals` tells how it goes. With several processes `front` takes the connections
and hands each to one of them (`handing`). Nothing else in `server` knows that there is a network.
"""
