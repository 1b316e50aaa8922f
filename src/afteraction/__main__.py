from afteraction.cli import main

main()
