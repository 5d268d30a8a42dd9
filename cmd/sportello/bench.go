package main

import "context"

func benchCommand(context.Context, []string, streams) error { return nil }
