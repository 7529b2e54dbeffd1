"""The pages, mostly one blueprint a file. A view does three things: check the form, call one service, respond."""
