def stop():
    return "stopped"
