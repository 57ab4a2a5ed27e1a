module fairlead-jail

go 1.26.0
