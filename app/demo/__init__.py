"""The demo: a fictional appliance maker, twelve suppliers, a tender at each stage, and robots that bid over real
websockets."""
