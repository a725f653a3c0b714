from xueqiao.server.console import main

if __name__ == "__main__":
    main()
