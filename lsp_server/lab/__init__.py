"""Measures the product on real files, with judges from elsewhere. No part of the product imports it.

Its own rooms, each over those below it; of the commands, only `cli/lab` imports any, and only when it runs.

    bench | enter | quality | referee   times; Enter in an emulated editor; suggestions; broken files
    promise                             whether suggestions and diagnostics are right
    served | material                   a real server as an editor sees it; files, cut and broken
    figures                             quantiles
"""
