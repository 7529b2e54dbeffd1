"""The pages, mostly one blueprint a file. A view is three beats: check the form, call one service, answer."""
